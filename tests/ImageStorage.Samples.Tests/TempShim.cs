using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage;

internal static class ImageStorageFactory
{
    public static Handle Create(Action<ImageStorageBuilder> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddImageStorage());
        return new Handle(services.BuildServiceProvider());
    }
}

internal sealed class Handle(ServiceProvider services) : IAsyncDisposable
{
    public IImageStorage Images => services.GetRequiredService<IImageStorage>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
