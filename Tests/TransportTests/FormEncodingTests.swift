import Testing
import Transport

@Suite struct FormEncodingTests {
    @Test(arguments: [
        ("a", "b", "a=b"), ("q", "x y&z", "q=x%20y%26z"), ("é", "~-._", "%C3%A9=~-._"), ("a+b", "", "a%2Bb="),
    ])
    func escapesAllButUnreservedCharacters(name: String, value: String, expected: String) {
        #expect(FormEncoding.encode([(name, value)]) == expected)
    }
}
