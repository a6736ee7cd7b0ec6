using ImageStorage.Providers;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>Lets several layers, one after the other or side by side, have one provider, as processes have one store.</summary>
internal sealed class LastingProvider(IImageProvider inner) : DelegatingImageProvider(inner)
{
    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    public override string ToString() => Inner.ToString()!;

    protected override void Dispose(bool disposing)
    {
    }
}
