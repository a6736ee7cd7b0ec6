using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Layers;

/// <summary>A part of a hybrid store as a store of its own, under the layers of the matrix.</summary>
public abstract class LayerHarness(ProviderHarness part) : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => part.OpenAsync(clock);

    public override async ValueTask DisposeAsync()
    {
        await part.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
