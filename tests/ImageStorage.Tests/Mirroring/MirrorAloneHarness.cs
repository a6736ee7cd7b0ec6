using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The primary goes down as soon as the two are paired: all is the mirror's. Documents of applications are not part of that; they are the primary's alone.</summary>
public sealed class MirrorAloneHarness : ProviderHarness
{
    public override bool HasUnavailablePart => true;

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => SingleReplicaMirror.OpenAsync(clock, isPrimaryDown: true);
}
