"""The floor of every page: headers, failures, the name and the line of each request."""
