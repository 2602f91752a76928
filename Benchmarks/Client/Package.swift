// swift-tools-version: 6.1
import PackageDescription

// What Benchmarks/models.py measures the client of language models with. Apart from the product, which it depends on by path.
let package = Package(
    name: "client-benchmark",
    dependencies: [.package(name: "magnus", path: "../..")],
    targets: [
        .executableTarget(name: "StreamServer"),
        .executableTarget(
            name: "StreamClient",
            dependencies: [.product(name: "LanguageModels", package: "magnus")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
