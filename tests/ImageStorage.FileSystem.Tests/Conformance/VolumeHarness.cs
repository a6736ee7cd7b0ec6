using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

/// <summary>The provider over a simulated file system.</summary>
public abstract class VolumeHarness : ProviderHarness
{
    private readonly InMemoryVolume _volume;
    private MediumNode? _lost;
    private MediumNode? _left;

    private protected VolumeHarness(NameRules names) => _volume = new InMemoryVolume(names);

    public override bool CanDamage => true;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(StoreCheck.Open(_volume, clock));

    public override IReadOnlyList<StoreLoss> PossibleLosses { get; } = Enum.GetValues<StoreLoss>();

    public override ValueTask LoseAsync(StoreLoss loss)
    {
        _lost = _volume.Root;
        _left = loss switch
        {
            StoreLoss.Gone => null,
            StoreLoss.ReplacedByEmpty => new MediumFolder(),
            _ => new MediumFile(),
        };
        _volume.Root = _left;
        return ValueTask.CompletedTask;
    }

    public override ValueTask<bool> ReturnAsync()
    {
        var untouched = ReferenceEquals(_volume.Root, _left) && _left is not MediumFolder { Live.Count: > 0 };
        _volume.Root = _lost;
        return new(untouched);
    }

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        _volume.Tamper(ImagePaths.Of(key), bytes => ImageFileDamage.Apply(bytes, damage));
        return ValueTask.CompletedTask;
    }
}
