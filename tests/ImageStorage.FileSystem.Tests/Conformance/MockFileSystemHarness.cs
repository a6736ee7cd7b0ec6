using System.IO.Abstractions.TestingHelpers;
using ImageStorage.FileSystem.Naming;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over the MockFileSystem that applications use in their own tests.</summary>
[RepresentativeCases]
public sealed class MockFileSystemHarness : ProviderHarness
{
    private const string Root = "/data/images";
    private readonly MockFileSystem _fileSystem = new();

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [Root];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) =>
        new(new WithoutMedium(new FileSystemImageProvider(new FileSystemStorageOptions { Path = Root, FileSystem = _fileSystem }, clock)));

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        var path = $"{Root}/{ImagePaths.Of(key)}";
        _fileSystem.File.WriteAllBytes(path, ImageFileDamage.Apply(_fileSystem.File.ReadAllBytes(path), damage));
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A MockFileSystem holds all bytes in memory, so nothing survives the process and nothing is streamed.
    /// </summary>
    private sealed class WithoutMedium(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override ProviderCapabilities Capabilities => Inner.Capabilities with { Durable = false };
    }
}
