import Transport

/// A real transport for one test.
func testTransport() -> CurlTransport {
    CurlTransport()
}
