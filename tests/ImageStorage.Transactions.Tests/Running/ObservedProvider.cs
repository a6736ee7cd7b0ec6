using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// Calls back before and after every call of a provider, of its documents and of its abilities. The callback may throw.
/// </summary>
internal sealed class ObservedProvider(IImageProvider inner, Action<CallMoment> observe) : InterceptingImageProvider(inner)
{
    private int _moments;

    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        var operation = TextOf(intercepted);
        observe(new CallMoment(Interlocked.Increment(ref _moments), operation, HasTakenEffect: false));
        var result = await proceed(state, cancellationToken);
        observe(new CallMoment(Interlocked.Increment(ref _moments), operation, HasTakenEffect: true));
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
        ProviderOperation.ListRetained => "list kept",
        ProviderOperation.ListDocuments => $"list documents {call.Name}",
        ProviderOperation.GetDocument => $"get document {CollectionOf(call)}",
        ProviderOperation.PutDocument => $"put document {CollectionOf(call)}",
        ProviderOperation.DeleteDocument => $"delete document {CollectionOf(call)}",
        _ => $"{call.Operation}",
    };

    private static string CollectionOf(InterceptedCall call) => new DocumentName(call.Name!).Collection;
}
