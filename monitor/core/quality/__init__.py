"""The quality of a reading: is it a duplicate, when was it measured, is it believed?"""
