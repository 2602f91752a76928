// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target and its test target, both with the project's strict settings.
func room(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    tests: [Target.Dependency] = [],
    hasFixtures: Bool = false
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: strict),
        .testTarget(
            name: name + "Tests",
            dependencies: [.byName(name: name), "MagnusTestSupport"] + tests,
            exclude: hasFixtures ? ["Fixtures"] : [],
            swiftSettings: strict
        ),
    ]
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "magnus",
    products: [
        .executable(name: "magnus", targets: ["magnus"]),
        // For the packages of Benchmarks; nothing else is offered to others.
        .library(name: "Encoder", targets: ["Encoder", "Kernels"]),
        .library(name: "Markets", targets: ["Markets"]),
        .library(name: "LanguageModels", targets: ["LanguageModels", "Storage", "Transport"]),
        .library(name: "Retrieval", targets: ["Retrieval", "Storage"]),
    ],
    traits: [
        .trait(name: "Postgres", description: "Reads PostgreSQL databases through libpq (libpq-dev)."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .executableTarget(name: "magnus", dependencies: ["MagnusCommands"], swiftSettings: strict),
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        .target(name: "CKernels"),
        .target(name: "MagnusTestSupport", dependencies: ["LanguageModels", grdb], swiftSettings: strict),
    ]
        + room(
            "MagnusCommands",
            [
                "Assistant", "Agents", "Connectors", "LanguageModels", "Retrieval", "Evidence", "Markets", "Encoder",
                "Storage", "Transport", "JSON", argumentParser, crypto, logging, yams,
            ],
            tests: ["magnus"]
        )
        + room(
            "Assistant",
            ["Agents", "Evidence", "JSON", "LanguageModels", "Markets", "Storage", crypto, yams],
            tests: ["Connectors", "Transport"]
        )
        + room("Agents", ["Connectors", "Evidence", "JSON", "LanguageModels", "Markets", yams])
        + room(
            "Connectors",
            ["Evidence", "JSON", "Markets", "Storage", "Transport", crypto, cryptoExtras, yams],
            tests: [cryptoExtras],
            hasFixtures: true
        )
        + room(
            "LanguageModels",
            ["Retrieval", "Evidence", "JSON", "Storage", "Transport", crypto, yams],
            hasFixtures: true
        )
        + room("Retrieval", ["Evidence", "Encoder", "Kernels", "Storage", crypto], hasFixtures: true)
        + room("Evidence", ["Markets"], hasFixtures: true)
        + room("Markets", ["Kernels", collections], hasFixtures: true)
        + room("Encoder", ["Kernels"], hasFixtures: true)
        + room("Kernels", ["CKernels", "COpenBLAS"], hasFixtures: true)
        + room("Storage", [grdb, crypto, .target(name: "CPostgres", condition: .when(traits: ["Postgres"]))])
        + room("Transport", ["CCurl", "CCurlShim"])
        + room("JSON"),
    swiftLanguageModes: [.v6]
)
