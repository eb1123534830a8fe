"""Pages of trends: to be written by its room."""

from flask import Blueprint

bp = Blueprint("trends", __name__)
