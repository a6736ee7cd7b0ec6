namespace ImageStorage.Transactions.Tests.Running;

/// <summary>An action that adds a row, and removes it as its compensation, while its process lives.</summary>
internal sealed class LedgerAction(Ledger ledger, Func<bool> hasEnded) : ITransactionAction
{
    public string Name => "ledger";

    public Task ExecuteAsync(string argument, CancellationToken cancellationToken) => Run(() => ledger.Add(argument));

    public Task CompensateAsync(string argument, CancellationToken cancellationToken) => Run(() => ledger.Remove(argument));

    private Task Run(Action act)
    {
        if (hasEnded())
        {
            return Task.FromException(new ProcessEndedException());
        }

        act();
        return Task.CompletedTask;
    }
}
