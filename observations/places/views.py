"""Pages of places: to be written by its room."""

from flask import Blueprint

bp = Blueprint("places", __name__)
