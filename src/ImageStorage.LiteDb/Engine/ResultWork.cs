namespace ImageStorage.LiteDb.Engine;

/// <summary>A unit of work with a result.</summary>
internal sealed class ResultWork<T>(Func<LiteSession?, T> run) : StoreWork
{
    // Continuations belong to the application and must not run on the thread of the store.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override void Run(LiteSession? session) => _result = run(session);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    public override void Cancel() => _completion.TrySetCanceled(Token);
}
