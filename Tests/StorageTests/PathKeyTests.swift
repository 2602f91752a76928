import Storage
import Testing

@Suite struct PathKeyTests {
    @Test func pathsAreToldApartByTheirBytes() {
        #expect("/a/\u{E9}" == "/a/e\u{301}")
        #expect(PathKey("/a/\u{E9}") != PathKey("/a/e\u{301}"))
        #expect(Set([PathKey("/a/\u{E9}"), PathKey("/a/e\u{301}"), PathKey("/a/\u{E9}")]).count == 2)
        #expect(PathKey("/a/e\u{301}") < PathKey("/a/\u{E9}"))
    }

    @Test(arguments: [
        ("/a/b", "/a", true), ("/a", "/a", true), ("/ab", "/a", false), ("/a", "/a/b", false), ("/a", "/", true),
        ("/a/\u{301}b", "/a", true), ("/caf\u{E9}/x", "/cafe\u{301}", false), ("a/b", "a", true), ("a", "/", false),
    ])
    func onlyWhatStandsBelowAFolderIsBelowIt(path: String, folder: String, isBelow: Bool) {
        #expect(PathKey(path).isBelow(PathKey(folder)) == isBelow)
    }

    @Test func theFolderOfAPathEndsAtItsLastSlash() {
        #expect(PathKey("/a/\u{301}b").folder == PathKey("/a"))
        #expect(PathKey("/a").folder == PathKey(""))
        #expect(PathKey("a").folder == nil)
    }
}
