using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>A10, C11: an object that is used after its end throws; no step is accepted and lost.</summary>
internal sealed class LifetimeTests
{
    private static readonly ImageKey Key = "late.png";
    private MemoryTestStore _store = null!;
    private TestProcess _process = null!;

    [SetUp]
    public void Open()
    {
        _store = new MemoryTestStore();
        _process = new TestProcess(_store, new TestClock());
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _process.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>
    /// Gets a call of each public member of <see cref="ImageTransaction"/>;
    /// <see cref="Each_member_of_a_transaction_is_in_the_list"/> keeps the list complete.
    /// </summary>
    public static IEnumerable<TestCaseData> Members =>
    [
        Member("Add", tx => tx.Add(new DeleteStep(Key))),
        Member("Save", tx => tx.Save(Key, new MemoryStream())),
        Member("Save", tx => tx.Save(new SaveRequest(Key, new MemoryStream()))),
        Member("Delete", tx => tx.Delete(Key)),
        Member("Update", tx => tx.Update(Key, new ImageUpdate { Tags = ["t"] })),
        Member("Copy", tx => tx.Copy(Key, "copy.png")),
        Member("Move", tx => tx.Move(Key, "moved.png")),
        Member("Append", tx => tx.Append(new HistoryEntry { Mode = "late" })),
        Member("Run", tx => tx.Run("ledger", "row")),
        Member("Run", tx => tx.Run(_ => Task.CompletedTask, _ => Task.CompletedTask)),
        Member("get_Steps", tx => _ = tx.Steps),
    ];

    [Test]
    public void Each_member_of_a_transaction_is_in_the_list()
    {
        var declared = typeof(ImageTransaction).GetMethods().Where(method => method.DeclaringType == typeof(ImageTransaction)).Select(method => method.Name).Order();

        Assert.That(Members.Select(member => (string)member.Properties.Get("Member")!).Order(), Is.EqualTo(declared));
    }

    [TestCaseSource(nameof(Members))]
    public async Task Member_of_a_transaction_after_the_delegate_throws(Action<ImageTransaction> member)
    {
        ImageTransaction? late = null;
        var result = await _process.Transactions.ExecuteAsync(tx =>
        {
            late = tx.Save("in-time.png", new MemoryStream(SampleImages.OfLength(200, 1)));
            return Task.CompletedTask;
        });

        Assert.That(() => member(late!), Throws.InvalidOperationException.With.Message.Contains("delegate of this transaction has ended"));
        Assert.That(result.Steps, Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(Members))]
    public void Member_of_a_transaction_whose_delegate_has_thrown_throws(Action<ImageTransaction> member)
    {
        ImageTransaction? late = null;
        Assert.That(
            () => _process.Transactions.ExecuteAsync(tx =>
            {
                late = tx;
                throw new InvalidTimeZoneException();
            }),
            Throws.TypeOf<InvalidTimeZoneException>());

        Assert.That(() => member(late!), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Step_that_another_thread_adds_around_the_end_is_done_or_refused_and_never_lost()
    {
        for (var round = 0; round < 50; round++)
        {
            var accepted = 0;
            using var started = new ManualResetEventSlim();
            Thread? other = null;
            var result = await _process.Transactions.ExecuteAsync(tx =>
            {
                tx.Delete("first.png");
                other = new Thread(() =>
                {
                    try
                    {
                        for (var i = 0; i < 900; i++)
                        {
                            tx.Delete($"{i}.png");
                            accepted++;
                            started.Set();
                        }
                    }
                    catch (InvalidOperationException)
                    {
                        // The delegate has ended.
                    }
                });
                other.Start();
                started.Wait();
                return Task.CompletedTask;
            });
            other!.Join();

            Assert.That(result.Steps, Has.Count.EqualTo(accepted + 1), $"Round {round}");
        }
    }

    [Test]
    public async Task Transaction_inside_the_delegate_of_another_one_ends_with_its_own_delegate()
    {
        TransactionResult? inner = null;
        var outer = await _process.Transactions.ExecuteAsync(async tx =>
        {
            ImageTransaction? late = null;
            inner = await _process.Transactions.ExecuteAsync(nested =>
            {
                late = nested.Save("inner.png", new MemoryStream(SampleImages.OfLength(200, 1)));
                tx.Append(new HistoryEntry { Mode = "outer" });
                return Task.CompletedTask;
            });
            Assert.That(() => late!.Delete("inner.png"), Throws.InvalidOperationException);
            tx.Save("outer.png", new MemoryStream(SampleImages.OfLength(200, 2)));
        });

        Assert.That((inner!.Steps.Count, outer.Steps.Count), Is.EqualTo((1, 2)));
        Assert.That(await _process.Storage.GetBytesAsync("outer.png"), Is.EqualTo(SampleImages.OfLength(200, 2)));
    }

    [Test]
    public async Task Steps_that_were_read_in_the_delegate_are_a_copy()
    {
        IReadOnlyList<TransactionStep>? steps = null;
        var result = await _process.Transactions.ExecuteAsync(tx =>
        {
            steps = tx.Delete("a.png").Steps;
            tx.Delete("b.png");
            return Task.CompletedTask;
        });

        Assert.That((steps!.Count, result.Steps.Count), Is.EqualTo((1, 2)));
        Assert.That(() => ((IList<TransactionStep>)steps).Add(new DeleteStep("c.png")), Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public void Delegate_that_returns_no_task_is_refused() =>
        Assert.That(() => _process.Transactions.ExecuteAsync(_ => null!), Throws.InvalidOperationException.With.Message.Contains("returned null"));

    [Test]
    public async Task Transactions_after_dispose_throw()
    {
        await _process.Transactions.DisposeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(() => _process.Transactions.ExecuteAsync([new DeleteStep(Key)]), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.Transactions.ExecuteAsync(_ => Task.CompletedTask), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.Transactions.RecoverAsync(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.Transactions.ListAsync(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.Transactions.DismissAsync(new string('0', 32)), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void History_after_dispose_throws()
    {
        _process.History.Dispose();

        Assert.Multiple(() =>
        {
            Assert.That(() => _process.History.AppendAsync(new HistoryEntry { Mode = "late" }), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.History.ListAsync(new HistoryQuery()), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.History.RemoveAsync("id"), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => _process.History.TrimAsync(new HistoryRetention { MaxCount = 1 }), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    private static TestCaseData Member(string name, Action<ImageTransaction> call) => new TestCaseData(call).SetArgDisplayNames(name).SetProperty("Member", name);
}
