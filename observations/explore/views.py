"""Pages of explore: to be written by its room."""

from flask import Blueprint

bp = Blueprint("explore", __name__)
