"""What the definition files say beside what is live: pure functions, no calls, no files.

    live → reduction → arrangement → differences

`live` puts descriptions into the shape of requests, `reduction` leaves out what AWS fills in,
`arrangement` turns lists whose order means nothing into something that has none, and
`differences` says what is left, one change at a time.
"""
