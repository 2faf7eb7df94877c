"""Compares the definition files with what is live: pure functions, no calls, no files.

    live → reduction → arrangement → differences

`live` converts descriptions to the shape of requests, `reduction` removes what AWS fills in,
`arrangement` converts lists whose order doesn't matter to unordered collections, and
`differences` lists the remaining changes, one at a time.
"""
