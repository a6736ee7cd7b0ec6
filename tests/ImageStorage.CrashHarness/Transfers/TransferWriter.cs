using System.Collections.Immutable;
using System.Globalization;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// Moves amounts between accounts shared by all writers. Each transfer is one transaction with steps of every kind:
/// both accounts are overwritten or updated, a receipt is saved, the previous receipt is deleted, an action runs every
/// third time, and a history entry is appended.
/// </summary>
internal sealed class TransferWriter(TransferStore store, AckLog log, WorkerOptions options, int writer)
{
    private const int MostAmount = 100;

    // A writer that meets another writer soon continues with other accounts.
    private static readonly TransactionOptions How = new() { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(20) };
    private readonly Random _random = new(Seeds.Of(options.Seed, options.Round, writer));

    public async Task RunAsync(CancellationToken stopping)
    {
        for (var number = 0; (options.Operations == 0 || number < options.Operations) && !stopping.IsCancellationRequested; number++)
        {
            var from = _random.Next(Bank.Accounts);
            var transfer = new Transfer(
                string.Create(CultureInfo.InvariantCulture, $"{options.Round}-{writer}-{number}"),
                from,
                (from + _random.Next(1, Bank.Accounts)) % Bank.Accounts,
                _random.Next(1, MostAmount),
                Rewrites: _random.Next(2) == 0,
                Stamps: _random.Next(3) == 0);
            await RunAsync(transfer);
        }
    }

    private async Task RunAsync(Transfer transfer)
    {
        log.Write($"{TransferLine.Begin} {transfer}");
        try
        {
            var steps = await StepsOfAsync(transfer);
            await store.Transactions.ExecuteAsync(steps, How);
            log.Write($"{TransferLine.Acknowledged} {transfer.Id}");
        }
        catch (TransactionFailedException exception) when (exception is { Outcome: TransactionOutcome.RolledBack, InnerException: ImageConflictException })
        {
            log.Write($"{TransferLine.RolledBack} {transfer.Id}");
        }
        catch (TransactionFailedException exception) when (exception.Outcome != TransactionOutcome.RolledBack)
        {
            log.Write($"{TransferLine.Doubtful} {transfer.Id} {exception.Outcome} {exception.Message.ReplaceLineEndings(" | ")}");
        }
        catch (ImageStorageException exception)
        {
            log.Write($"{TransferLine.Failed} {transfer.Id} {exception.GetType().Name} {exception.Message.ReplaceLineEndings(" | ")}");
        }
        catch (Exception exception)
        {
            // The boundary: any other exception breaks the contract, and the parent must see it.
            log.Fault(transfer.Id, exception);
        }
    }

    private async Task<ImmutableArray<TransactionStep>> StepsOfAsync(Transfer transfer)
    {
        var (one, other) = (await LookAsync(transfer.From), await LookAsync(transfer.To));
        var (payer, payee) = (Account.Of(one), Account.Of(other));
        var steps = ImmutableArray.CreateBuilder<TransactionStep>();
        steps.Add(Change(one, payer.Paying(transfer), transfer));
        steps.Add(Change(other, payee.Getting(transfer), transfer));
        if (transfer.Stamps)
        {
            steps.Add(new ActionStep(StampAction.ActionName, transfer.Id));
        }

        steps.Add(Save(Bank.ReceiptOf(transfer.Id), transfer.Id, []));
        if (payer.Receipt != Account.None)
        {
            steps.Add(new DeleteStep(Bank.ReceiptOf(payer.Receipt)));
        }

        steps.Add(new AppendStep(new HistoryEntry
        {
            Mode = Bank.Mode,
            Keys = [one.Key, other.Key],
            Metadata = ImmutableSortedDictionary<string, string>.Empty
                .Add(Bank.TransferName, transfer.ToString())
                .Add(Bank.FromNumberName, (payer.Number + 1).ToString(CultureInfo.InvariantCulture))
                .Add(Bank.ToNumberName, (payee.Number + 1).ToString(CultureInfo.InvariantCulture)),
        }));
        return steps.ToImmutable();
    }

    private async Task<ImageInfo> LookAsync(int account) =>
        await store.Store.Images.GetInfoAsync(Bank.KeyOf(account)) ?? throw new InvalidOperationException($"Account {account} is gone.");

    private static TransactionStep Change(ImageInfo before, Account after, Transfer transfer) => transfer.Rewrites
        ? Save(before.Key, transfer.Id, after.ToMetadata(), new IfMatch(before.ETag))
        : new UpdateStep(before.Key, new ImageUpdate { Metadata = after.ToMetadata(), Precondition = new IfMatch(before.ETag) });

    private static SaveStep Save(ImageKey key, string content, Dictionary<string, string> metadata, Precondition? precondition = null) =>
        new(new SaveRequest(key, _ => ValueTask.FromResult<Stream>(new MemoryStream(SelfDescribing.Image(content, key.Value))), new SaveOptions { Metadata = metadata, Precondition = precondition }));
}
