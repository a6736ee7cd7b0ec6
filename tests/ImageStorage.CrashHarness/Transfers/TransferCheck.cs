using System.Globalization;
using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// Opens a store of accounts as a new process would, recovers the store, and compares its content: no transaction is
/// undecided; the history has each acknowledged transfer once and none that was rolled back; accounts, receipts and
/// stamps are exactly what the transfers of the history make of the opening balances.
/// </summary>
internal sealed class TransferCheck(string uri, TransferBook book)
{
    private const int MostRecoveries = 20;
    private const int PageLength = 500;

    // All other processes are dead during a check, so the lease may be short.
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(500);
    private readonly List<string> _violations = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Gets the transfers found in the history.</summary>
    public IReadOnlySet<string> Seen => _seen;

    /// <summary>Gets the number of transactions that this recovery rolled back.</summary>
    public int Recovered { get; private set; }

    /// <summary>Checks the store. Returns all violations.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        try
        {
            await using (var store = new TransferStore(uri, Lease))
            {
                await RecoverAsync(store);
                var visible = await new ListingCheck(store.Store, _violations).RunAsync();
                var transfers = await ReadHistoryAsync(store.History);
                CheckFates(transfers);
                await CheckImagesAsync(store.Store, visible, transfers);
                await CheckStampsAsync(store.Store, transfers);

                // Opens the store for writing, which reclaims staged data.
                await store.Store.Provider.CheckAsync();
            }

            var (kind, location) = StoreKinds.Parse(uri);
            _violations.AddRange(kind.LeftBehind(location).Select(left => $"{left} was not reclaimed by the next opening for writing"));
        }
        catch (Exception exception)
        {
            // Any exception for a reader after a crash is a violation.
            _violations.Add($"the check of the store ended with {exception}");
        }

        return _violations;
    }

    private async Task RecoverAsync(TransferStore store)
    {
        for (var i = 0; i < MostRecoveries; i++)
        {
            var result = await store.Transactions.RecoverAsync(waitForLeases: true);
            Recovered += result.RolledBack;
            if (result is { Active: 0, InDoubt: 0, Unreadable: 0 })
            {
                break;
            }
        }

        _violations.AddRange((await store.Transactions.ListAsync()).Items.Select(pending => $"the transaction {pending.Id} is {pending.State} after the recovery: {pending.Reason}"));
        _violations.AddRange((await store.Store.Provider.Documents.ListAsync("transactions/")).Select(journal => $"the journal '{journal}' is left"));
        if (store.Store.Provider.GetAbility<IVersionKeeper>() is { } keeper)
        {
            _violations.AddRange((await keeper.ListRetainedAsync()).Select(kept => $"the version '{kept}' is still kept"));
        }
    }

    /// <summary>Returns all transfers of the history, with their numbers in both accounts.</summary>
    private static async Task<List<RecordedTransfer>> ReadHistoryAsync(IImageHistory history)
    {
        var transfers = new List<RecordedTransfer>();
        string? token = null;
        do
        {
            var page = await history.ListAsync(new HistoryQuery { Mode = Bank.Mode, Limit = PageLength, ContinuationToken = token });
            transfers.AddRange(page.Items.Select(RecordedTransfer.Of));
            token = page.ContinuationToken;
        }
        while (token is not null);
        return transfers;
    }

    private void CheckFates(List<RecordedTransfer> transfers)
    {
        foreach (var (transfer, _, _) in transfers)
        {
            if (!_seen.Add(transfer.Id))
            {
                _violations.Add($"transfer {transfer.Id} is in the history twice");
            }

            if (book.Find(transfer.Id) != transfer)
            {
                _violations.Add($"the history has the transfer '{transfer}', but no writer started it");
            }
            else if (book.FateOf(transfer.Id) == TransferFate.RolledBack)
            {
                _violations.Add($"transfer {transfer.Id} is in the history, but was reported as rolled back");
            }
        }

        _violations.AddRange(book.Ids.Where(id => book.FateOf(id) == TransferFate.Done && !_seen.Contains(id)).Select(id => $"transfer {id} was acknowledged, and is not in the history"));
    }

    private async Task CheckImagesAsync(OpenStore store, IReadOnlyDictionary<string, ImageInfo> visible, List<RecordedTransfer> transfers)
    {
        var unexpected = new HashSet<string>(visible.Keys, StringComparer.Ordinal);
        long sum = 0;
        for (var number = 0; number < Bank.Accounts; number++)
        {
            var (key, expected) = (Bank.KeyOf(number), Expect(number, transfers));
            unexpected.Remove(key.Value);
            if (await CheckBytesAsync(store, key, expected.Content) is { } info)
            {
                var account = Account.Of(info);
                sum += account.Balance;
                Compare($"account {number}", account, expected);
            }

            if (expected.Receipt != Account.None)
            {
                var receipt = Bank.ReceiptOf(expected.Receipt);
                unexpected.Remove(receipt.Value);
                await CheckBytesAsync(store, receipt, expected.Receipt);
            }
        }

        Compare("the sum of all accounts", sum, Bank.Accounts * Account.Opening.Balance);
        _violations.AddRange(unexpected.Select(key => $"image '{key}' exists, but no transfer of the history saved it"));
    }

    /// <summary>
    /// Returns the state of an account after the transfers of the history. The numbers define the order, and show that
    /// none is missing.
    /// </summary>
    private Account Expect(int number, List<RecordedTransfer> transfers)
    {
        var account = Account.Opening;
        foreach (var (transfer, fromNumber, toNumber) in transfers
            .Where(recorded => recorded.Transfer.From == number || recorded.Transfer.To == number)
            .OrderBy(recorded => recorded.NumberFor(number)))
        {
            account = transfer.From == number ? account.Paying(transfer) : account.Getting(transfer);
            Compare($"the number of transfer {transfer.Id} for account {number}", transfer.From == number ? fromNumber : toNumber, account.Number);
        }

        return account;
    }

    private async Task<ImageInfo?> CheckBytesAsync(OpenStore store, ImageKey key, string content)
    {
        try
        {
            await using var image = await store.Images.GetAsync(key);
            if (image is null)
            {
                _violations.Add($"image '{key}' is not there");
                return null;
            }

            using var bytes = new MemoryStream();
            await image.Content.CopyToAsync(bytes);
            if (!bytes.GetBuffer().AsSpan(0, (int)bytes.Length).SequenceEqual(SelfDescribing.Image(content, key.Value)))
            {
                _violations.Add($"image '{key}' does not have the bytes of {content}");
            }

            return image.Info;
        }
        catch (ImageStorageException exception)
        {
            _violations.Add($"image '{key}' cannot be read: {exception.Message}");
            return null;
        }
    }

    private async Task CheckStampsAsync(OpenStore store, List<RecordedTransfer> transfers)
    {
        var expected = transfers.Where(recorded => recorded.Transfer.Stamps).Select(recorded => Bank.Stamps + recorded.Transfer.Id).ToHashSet(StringComparer.Ordinal);
        DocumentName? after = null;
        while (true)
        {
            var names = await store.Provider.Documents.ListAsync(Bank.Stamps, after, PageLength);
            _violations.AddRange(names.Where(name => !expected.Remove(name.Value)).Select(name => $"the document '{name}' exists, but its transfer is not in the history"));
            if (names.Count < PageLength)
            {
                break;
            }

            after = names[^1];
        }

        _violations.AddRange(expected.Select(name => $"the document '{name}' is not there, and its transfer is in the history"));
    }

    private void Compare<T>(string what, T seen, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(seen, expected))
        {
            _violations.Add(string.Create(CultureInfo.InvariantCulture, $"{what} is {seen}, and should be {expected}"));
        }
    }
}
