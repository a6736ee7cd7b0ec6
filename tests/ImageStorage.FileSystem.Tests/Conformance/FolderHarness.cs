using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder.</summary>
public abstract class FolderHarness(Durability durability) : ProviderHarness
{
    private readonly TemporaryFolder _folder = new();

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [_folder.Path];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) =>
        new(new FileSystemImageProvider(new FileSystemStorageOptions { Path = _folder.Path, Durability = durability }, clock));

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        var path = _folder.Combine(ImagePaths.Of(key));
        File.WriteAllBytes(path, ImageFileDamage.Apply(File.ReadAllBytes(path), damage));
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
