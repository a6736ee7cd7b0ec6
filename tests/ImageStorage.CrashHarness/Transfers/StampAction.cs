using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// An action of the application: a document for a transfer, written outside of the transaction's own steps.
/// </summary>
internal sealed class StampAction(IImageProvider provider) : ITransactionAction
{
    public const string ActionName = "stamp";

    public string Name => ActionName;

    public Task ExecuteAsync(string argument, CancellationToken cancellationToken) => provider.Documents.PutAsync(Bank.Stamps + argument, Encoding.UTF8.GetBytes(argument), null, cancellationToken);

    public Task CompensateAsync(string argument, CancellationToken cancellationToken) => provider.Documents.DeleteAsync(Bank.Stamps + argument, null, cancellationToken);
}
