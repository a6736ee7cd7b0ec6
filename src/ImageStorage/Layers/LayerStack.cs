using ImageStorage.Providers;

namespace ImageStorage.Layers;

/// <summary>
/// Composes the layers around a provider in the order of their kinds. The result prints as
/// <c>Caching(Instrumentation(FileSystem))</c>.
/// </summary>
internal static class LayerStack
{
    public static IImageProvider Build(IServiceProvider services, IImageProvider provider, IEnumerable<Layer> layers)
    {
        var ordered = layers.OrderByDescending(layer => layer.Kind).ToList();
        if (ordered.GroupBy(layer => layer.Kind).FirstOrDefault(kind => kind.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"The layer {twice.Key} was added {twice.Count()} times to one store; add it once.");
        }

        return ordered.Aggregate(provider, (inner, layer) => layer.Wrap(services, inner));
    }
}
