import Foundation
import MagnusTestSupport
import Markets
import Testing

@testable import Connectors

@Suite struct OptionChainCodingTests {
    private func decoded(_ bytes: [UInt8]) -> OptionChain? {
        bytes.withUnsafeBytes { OptionChainCoding.decode($0) }
    }

    @Test func anyChainComesBackEqual() {
        var generator = SeededGenerator(seed: 20_261_125)
        for _ in 0..<400 {
            let chain = RandomChains.chain(using: &generator)
            #expect(decoded(OptionChainCoding.encode(chain)) == chain)
        }
    }

    @Test func numbersComeBackToTheLastDigit() {
        let numbers = [
            "0", "-0.05", "1.50", "0.0001", "12345678901234567890123456789012345678", "-99999999999999999999",
            "0.00000000000000000000000000000000000001", "2305843009213693951", "2305843009213693952", "170",
            "1e60", "1e-60", "123456.789",
        ]
        for text in numbers {
            guard let number = Decimal(string: text) else {
                Issue.record("\(text)")
                continue
            }
            let chain = OptionChain(underlying: "X", underlyingPrice: number, options: [])
            let back = decoded(OptionChainCoding.encode(chain))?.underlyingPrice
            #expect(back == number)
            #expect(back?.description == number.description)
        }
        let doubles = [
            0.1, -0.0, 1e-300, .infinity, 0.4125, 1_234.567891, -0.000001, 5e11, .pi, .leastNonzeroMagnitude,
        ]
        for value in doubles {
            var chain = SampleChains.chain("NVDA", price: 180)
            chain.options[0].impliedVolatility = value
            let back = decoded(OptionChainCoding.encode(chain))?.options[0].impliedVolatility
            #expect(back?.bitPattern == value.bitPattern)
        }
    }

    @Test func aChainThatIsCutShortIsNone() {
        let bytes = OptionChainCoding.encode(SampleChains.chain("NVDA", price: 180))
        for length in 0..<bytes.count { #expect(decoded(Array(bytes[..<length])) == nil) }
        #expect(decoded(bytes + [0]) == nil)
    }

    @Test func garbledBytesNeverCrash() {
        var generator = SeededGenerator(seed: 99)
        let bytes = OptionChainCoding.encode(SampleChains.chain("NVDA", price: 180))
        for place in bytes.indices {
            for bit in 0..<8 {
                var copy = bytes
                copy[place] ^= 1 << bit
                _ = decoded(copy)
            }
        }
        for _ in 0..<3_000 {
            var copy = OptionChainCoding.encode(RandomChains.chain(using: &generator))
            for _ in 0..<Int.random(in: 1...20, using: &generator) where !copy.isEmpty {
                copy[Int.random(in: 0..<copy.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            _ = decoded(copy)
        }
        for length in 0..<200 {
            _ = decoded((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test func theChecksumSeesEveryChangeOfAByte() throws {
        let coding = CacheCoding<OptionChain>.chain
        let stored = try #require(coding.stored(SampleChains.chain("NVDA", price: 180)))
        #expect(coding.value(stored) == SampleChains.chain("NVDA", price: 180))
        for place in stored.indices {
            var copy = stored
            copy[place] ^= 0x01
            #expect(coding.value(copy) == nil)
        }
    }

    @Test func aChainTakesLittleRoom() {
        var generator = SeededGenerator(seed: 5)
        let chain = RandomChains.realistic("NVDA", count: 400, using: &generator)
        let bytes = OptionChainCoding.encode(chain)
        #expect(bytes.count < 400 * 60)
        #expect(decoded(bytes) == chain)
    }
}
