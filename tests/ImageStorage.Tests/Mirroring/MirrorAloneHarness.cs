using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The primary goes down as soon as the two are paired: all is the mirror's.</summary>
public sealed class MirrorAloneHarness : ProviderHarness
{
    public override bool HasUnavailablePart => true;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => SingleReplicaMirror.OpenAsync(clock, isPrimaryDown: true);
}
