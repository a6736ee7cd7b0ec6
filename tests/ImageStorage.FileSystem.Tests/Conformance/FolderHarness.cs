using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a real folder.</summary>
public abstract class FolderHarness : ProviderHarness
{
    private readonly Durability _durability;
    private readonly TemporaryFolder _folder;
    private readonly LostFolder _lost;

    protected FolderHarness(Durability durability, bool isInMemory)
    {
        _durability = durability;
        _folder = new TemporaryFolder(isInMemory);
        _lost = new LostFolder(_folder.Path);
    }

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [_folder.Path];

    // Windows does not move a folder with an open file.
    public override IReadOnlyList<StoreLoss> PossibleLosses { get; } = OperatingSystem.IsWindows() ? [] : Enum.GetValues<StoreLoss>();

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) =>
        new(new FileSystemImageProvider(new FileSystemStorageOptions { Path = _folder.Path, Durability = _durability }, clock));

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        var path = _folder.Combine(ImagePaths.Of(key));
        File.WriteAllBytes(path, ImageFileDamage.Apply(File.ReadAllBytes(path), damage));
        return ValueTask.CompletedTask;
    }

    public override ValueTask LoseAsync(StoreLoss loss)
    {
        _lost.Take(loss);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> ReturnAsync() => new(_lost.Return());

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _lost.Dispose();
        _folder.Dispose();
        return base.DisposeAsync();
    }
}
