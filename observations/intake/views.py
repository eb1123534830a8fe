"""Pages of intake: to be written by its room."""

from flask import Blueprint

bp = Blueprint("intake", __name__)
