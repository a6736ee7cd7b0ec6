using ImageStorage.Providers;

namespace ImageStorage.Instrumentation;

/// <summary>A stream of a provider that uses no stream of the library.</summary>
internal sealed class ForeignStream(Stream inner) : ObservedStream(inner);
