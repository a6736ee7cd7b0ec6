using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a simulated file system.</summary>
public abstract class VolumeHarness : ProviderHarness
{
    private readonly InMemoryVolume _volume;

    private protected VolumeHarness(NameRules names) => _volume = new InMemoryVolume(names);

    public override bool CanDamage => true;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(StoreCheck.Open(_volume, clock));

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        _volume.Tamper(ImagePaths.Of(key), bytes => ImageFileDamage.Apply(bytes, damage));
        return ValueTask.CompletedTask;
    }
}
