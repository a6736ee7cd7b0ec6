using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>A part of a hybrid store in which each call passes two moments: calls of the provider, of its documents and of its abilities.</summary>
internal sealed class WatchedPart(IImageProvider inner, string name, Moments moments) : InterceptingImageProvider(inner)
{
    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken) =>
        moments.RunAsync($"{name}.{intercepted.Operation}", () => proceed(state, cancellationToken));
}
