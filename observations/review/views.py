"""Pages of review: to be written by its room."""

from flask import Blueprint

bp = Blueprint("review", __name__)
