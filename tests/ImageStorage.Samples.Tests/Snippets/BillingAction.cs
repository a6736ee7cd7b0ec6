namespace ImageStorage.Samples.Tests.Snippets;

internal sealed class BillingAction(Billing billing) : ITransactionAction
{
    public string Name => "billing";

    public Task ExecuteAsync(string argument, CancellationToken cancellationToken) => billing.AddAsync(argument, cancellationToken);

    public Task CompensateAsync(string argument, CancellationToken cancellationToken) => billing.RemoveAsync(argument, cancellationToken);
}
