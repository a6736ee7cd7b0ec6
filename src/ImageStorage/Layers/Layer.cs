using ImageStorage.Providers;

namespace ImageStorage.Layers;

/// <summary>One layer to put around a provider.</summary>
/// <param name="Kind">Where in the order it stands; each kind at most once.</param>
/// <param name="Wrap">Puts it around a provider.</param>
public sealed record Layer(LayerKind Kind, Func<IServiceProvider, IImageProvider, IImageProvider> Wrap);
