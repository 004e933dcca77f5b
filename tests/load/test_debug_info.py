"""Whose code a frame of a SavedModel's debug info is."""

from __future__ import annotations

from opscope.load.debug_info import is_library


def test_a_project_in_a_folder_called_like_a_library_is_the_users():

    assert not is_library("/home/me/opscope/tests/model.py")
    assert not is_library("/home/me/keras/model.py")
    assert is_library("/usr/lib/python3/dist-packages/keras/engine/base_layer.py")
    assert is_library("C:\\Python\\Lib\\site-packages\\tensorflow\\python\\framework\\ops.py")
    assert is_library("/tmp/__autograph_generated_file12.py")
