import LanguageModels
import Testing

@Suite("Names of models")
struct ModelNameTests {
    @Test("The provider ends at the first slash")
    func parts() throws {
        let name = try #require(ModelName("openrouter/meta-llama/llama-3.3-70b:free"))
        #expect(name.provider == "openrouter")
        #expect(name.model == "meta-llama/llama-3.3-70b:free")
        #expect(name.description == "openrouter/meta-llama/llama-3.3-70b:free")
    }

    @Test("A name needs both parts", arguments: ["", "gpt-5", "/gpt-5", "openai/"])
    func refused(_ text: String) {
        #expect(ModelName(text) == nil)
    }
}
