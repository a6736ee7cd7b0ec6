namespace ImageStorage.LiteDb.Engine;

/// <summary>Work with a result.</summary>
internal sealed class ResultWork<T>(Func<LiteSession?, T> act) : StoreWork
{
    // Continuations must not run on the thread of the store: they are the application's.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override void Run(LiteSession? session) => _result = act(session);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public override void Cancel() => _completion.TrySetCanceled(Token);
}
