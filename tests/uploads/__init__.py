"""The privacy kernel, tested on pictures that a camera could have written."""
