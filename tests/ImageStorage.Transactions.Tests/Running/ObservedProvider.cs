using System.Runtime.CompilerServices;
using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// Calls back before and after every call of a provider, of its documents and of its abilities. The callback may throw.
/// </summary>
/// <param name="inner">The provider.</param>
/// <param name="observe">The callback.</param>
/// <param name="moments">Counts the moments, also those of another part of the same store.</param>
/// <param name="part">The part of the store, such as "content "; precedes each operation.</param>
internal sealed class ObservedProvider(IImageProvider inner, Action<CallMoment> observe, StrongBox<int>? moments = null, string part = "") : InterceptingImageProvider(inner)
{
    private readonly StrongBox<int> _moments = moments ?? new StrongBox<int>();

    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        var operation = part + TextOf(intercepted);
        observe(new CallMoment(Interlocked.Increment(ref _moments.Value), operation, HasTakenEffect: false));
        var result = await proceed(state, cancellationToken);
        observe(new CallMoment(Interlocked.Increment(ref _moments.Value), operation, HasTakenEffect: true));
        return result;
    }

    private static string TextOf(InterceptedCall call) => call.Operation switch
    {
        ProviderOperation.Put => $"put {call.Key}",
        ProviderOperation.OpenRead => $"read {call.Key}",
        ProviderOperation.GetInfo => $"info {call.Key}",
        ProviderOperation.Update => $"update {call.Key}",
        ProviderOperation.Delete => $"delete {call.Key}",
        ProviderOperation.Prepare => $"prepare {call.Key}",
        ProviderOperation.Copy => $"copy {call.Key}",
        ProviderOperation.Retain => $"keep {call.Key}",
        ProviderOperation.Restore => $"restore {call.Key}",
        ProviderOperation.Commit => "commit",
        ProviderOperation.Drop => "drop",
        ProviderOperation.List => "list",
        ProviderOperation.GetRetained => "info kept",
        ProviderOperation.OpenRetained => "read kept",
        ProviderOperation.ListRetained => "list kept",
        ProviderOperation.ListDocuments => $"list documents {call.Name}",
        ProviderOperation.GetDocument => $"get document {CollectionOf(call)}",
        ProviderOperation.PutDocument => $"put document {CollectionOf(call)}",
        ProviderOperation.DeleteDocument => $"delete document {CollectionOf(call)}",
        _ => $"{call.Operation}",
    };

    private static string CollectionOf(InterceptedCall call) => new DocumentName(call.Name!).Collection;
}
