using System.Globalization;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests.Crashes;

/// <summary>
/// P9: two processes move amounts between accounts, one image each, while a third process is killed again and again
/// during its transfers. The sum of all accounts never changes, so no transaction is partly done, and none has built on
/// a transaction that was rolled back.
/// </summary>
internal sealed class TransferTests
{
    private const int Rounds = 40;
    private const int TransfersARound = 4;
    private const int Accounts = 4;
    private const int Opening = 1000;
    private static readonly TransactionOptions Quick = new() { RetryDelay = TimeSpan.Zero };

    [Test]
    public async Task Sum_of_accounts_is_constant_while_two_processes_transfer_and_a_third_is_killed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Out.WriteLine($"IMAGESTORAGE_TEST_SEED={seed}");
        var random = new Random(seed);
        var clock = new TestClock();
        await using var store = new FolderStore();
        await using var first = new TestProcess(store, clock);
        await using var second = new TestProcess(store, clock);
        for (var account = 0; account < Accounts; account++)
        {
            await first.Storage.SaveBytesAsync(KeyOf(account), SampleImages.OfLength(200, account), new SaveOptions { Metadata = Balance(Opening) });
        }

        int done = 0, conflicts = 0, undone = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var end = random.Next(1, 30);
            await using var victim = new TestProcess(store, clock, fault: moment => moment.Number >= end ? new ProcessEndedException() : null);
            var seeds = (random.Next(), random.Next(), random.Next());
            var results = await Task.WhenAll(TransferAsync(first, seeds.Item1), TransferAsync(second, seeds.Item2), TransferAsync(victim, seeds.Item3));
            await victim.KillAsync();
            done += results.Sum(result => result.Done);
            conflicts += results.Sum(result => result.Conflicts);

            // No process works now. Time passes, and a living process finds the dead one.
            await first.Transactions.RecoverAsync();
            clock.Advance(TimeSpan.FromSeconds(31));
            undone += (await first.Transactions.RecoverAsync()).RolledBack;
            Assert.That(await SumAsync(first), Is.EqualTo(Accounts * Opening), $"Round {round}");
            await StoreState.AssertTidyAsync(first, $"round {round}");
        }

        TestContext.Out.WriteLine($"{done} transfers, {conflicts} conflicts, {undone} undone after {Rounds} kills");
        Assert.That((done > Rounds, undone > 0), Is.EqualTo((true, true)));
    }

    private static async Task<(int Done, int Conflicts)> TransferAsync(TestProcess process, int seed)
    {
        var random = new Random(seed);
        int done = 0, conflicts = 0;
        for (var i = 0; i < TransfersARound; i++)
        {
            var from = random.Next(Accounts);
            var to = (from + random.Next(1, Accounts)) % Accounts;
            var amount = random.Next(1, 10);
            try
            {
                var (one, other) = (await process.Storage.GetInfoAsync(KeyOf(from)), await process.Storage.GetInfoAsync(KeyOf(to)));
                await process.Transactions.ExecuteAsync(
                    tx =>
                    {
                        tx.Update(KeyOf(from), new ImageUpdate { Metadata = Balance(BalanceOf(one!) - amount), Precondition = new IfMatch(one!.ETag) });
                        tx.Update(KeyOf(to), new ImageUpdate { Metadata = Balance(BalanceOf(other!) + amount), Precondition = new IfMatch(other!.ETag) });
                        return Task.CompletedTask;
                    },
                    Quick);
                done++;
            }
            catch (TransactionFailedException exception) when (exception.InnerException is ImageConflictException)
            {
                conflicts++;
            }
            catch (Exception exception) when (process.HasEnded && exception is ProcessEndedException or ImageStorageException)
            {
                return (done, conflicts);
            }
        }

        return (done, conflicts);
    }

    private static ImageKey KeyOf(int account) => $"accounts/{account}.png";

    private static Dictionary<string, string> Balance(int balance) => new(StringComparer.Ordinal) { ["balance"] = balance.ToString(CultureInfo.InvariantCulture) };

    private static int BalanceOf(ImageInfo info) => int.Parse(info.Metadata["balance"], CultureInfo.InvariantCulture);

    private static async Task<int> SumAsync(TestProcess process)
    {
        var sum = 0;
        for (var account = 0; account < Accounts; account++)
        {
            sum += BalanceOf((await process.Storage.GetInfoAsync(KeyOf(account)))!);
        }

        return sum;
    }
}
