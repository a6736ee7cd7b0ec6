using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>A part of a hybrid store in which each call passes two moments: calls of the provider, of its documents and of its abilities.</summary>
internal sealed class WatchedPart(IImageProvider inner, string name, Moments moments) : InterceptingImageProvider(inner)
{
    protected override Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall call, TState state, Func<TState, CancellationToken, Task<TResult>> next, CancellationToken cancellationToken) =>
        moments.RunAsync($"{name}.{call.Operation}", () => next(state, cancellationToken));
}
