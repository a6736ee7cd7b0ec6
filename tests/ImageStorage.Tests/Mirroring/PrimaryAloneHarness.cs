using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The mirror goes down as soon as the two are paired: all is the primary's.</summary>
public sealed class PrimaryAloneHarness : ProviderHarness
{
    public override bool HasUnavailablePart => true;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => SingleReplicaMirror.OpenAsync(clock, isPrimaryDown: false);
}
