using System.Globalization;
using System.Text;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>
/// P1, P3, P7: random sequences of writes, compare-and-swaps, outages, lost answers, restarts and reconciliations of
/// documents. A document is never stale, resurrected or lost, and no compare-and-swap succeeds on another version.
/// </summary>
internal sealed class MirrorDocumentModelTests
{
    private static readonly DocumentName[] Names = ["c/a", "history/b", "transactions/c"];

    [Test]
    public async Task Documents_are_never_stale_resurrected_or_lost([Values] bool isShared)
    {
        var first = TestLength.Of(Random.Shared.Next(1_000_000), 0);
        for (var seed = first; seed < first + TestLength.Of(150, 10_000); seed++)
        {
            await using var pair = new MirrorPair(isShared);
            try
            {
                await new Model(pair, new Random(seed)).RunAsync();
            }
            catch (Exception exception)
            {
                throw new AssertionException($"seed {seed}: {exception.Message}", exception);
            }
        }

        TestContext.Out.WriteLine($"seeds from {first}");
    }

    private sealed class Model(MirrorPair pair, Random random)
    {
        private const int StepCount = 40;

        // The texts that a document may have: several after a write whose outcome is unknown. Null is no document.
        private readonly Dictionary<DocumentName, HashSet<string?>> _possible = Names.ToDictionary(name => name, _ => new HashSet<string?> { null });
        private readonly Dictionary<DocumentName, DocumentETag> _versions = [];
        private readonly List<string> _steps = [];
        private int _texts;

        private MirrorTestReplica Any => random.Next(2) == 0 ? pair.Primary : pair.Mirror;

        public async Task RunAsync()
        {
            try
            {
                for (var step = 0; step < StepCount; step++)
                {
                    pair.Clock.Advance(TimeSpan.FromMilliseconds(random.Next(5)));
                    await StepAsync(Names[random.Next(Names.Length)]);
                }

                await SettleAsync();
            }
            catch (Exception exception)
            {
                throw new AssertionException($"{exception.Message} Steps: {string.Join(" | ", _steps)}", exception);
            }
        }

        private async Task SettleAsync()
        {
            _steps.Add("settle");
            pair.Primary.Medium.ComeBack();
            pair.Mirror.Medium.ComeBack();
            await pair.Provider.ReconcileAsync();
            foreach (var name in Names)
            {
                await ReadAsync(name);
            }

            // The hint of another process that may be alive stays for its grace; a store of one process has none.
            pair.Clock.Advance(TimeSpan.FromHours(1));
            await pair.Provider.ReconcileAsync();
            foreach (var name in Names)
            {
                await ReadAsync(name);
            }

            await pair.AssertEqualAsync();
        }

        private Task StepAsync(DocumentName name)
        {
            switch (random.Next(14))
            {
                case 0:
                    var down = Any;
                    _steps.Add($"{down.Medium.Name} down");
                    down.Medium.GoDown();
                    return Task.CompletedTask;
                case 1 or 2 or 3:
                    var up = Any;
                    _steps.Add($"{up.Medium.Name} up");
                    up.Medium.ComeBack();
                    return Task.CompletedTask;
                case 4:
                    FailOnce(Any.Medium, random.Next(6), random.Next(2) == 0);
                    return Task.CompletedTask;
                case 5:
                    _steps.Add("restart");
                    pair.Restart();
                    return Task.CompletedTask;
                case 6:
                    _steps.Add("reconcile");
                    return TryAsync(() => pair.Provider.ReconcileAsync());
                case 7:
                    return WriteAsync(name, null, $"{_texts++}");
                case 8:
                    return WriteAsync(name, DocumentETag.None, $"{_texts++}");
                case 9 when _versions.TryGetValue(name, out var version):
                    return WriteAsync(name, version, $"{_texts++}");
                case 10 when _versions.TryGetValue(name, out var version):
                    return WriteAsync(name, version, null);
                case 11:
                    return WriteAsync(name, null, null);
                default:
                    return TryAsync(() => ReadAsync(name));
            }
        }

        private void FailOnce(TestPart part, int calls, bool afterEffect)
        {
            _steps.Add(string.Create(CultureInfo.InvariantCulture, $"{part.Name} fails at call {calls}{(afterEffect ? " after its effect" : string.Empty)}"));
            part.Fault = call => call.HasTakenEffect == afterEffect && calls-- == 0 ? part.Failure() : null;
        }

        /// <summary>Writes a text, or deletes the document.</summary>
        private async Task WriteAsync(DocumentName name, DocumentETag? expected, string? text)
        {
            _steps.Add($"{(text is null ? "delete" : $"put {text}")} {name}{(expected is { } version ? $" if '{version.Value}'" : string.Empty)}");
            var possible = _possible[name];
            try
            {
                var written = text is null ? default : await pair.Provider.Documents.PutAsync(name, Encoding.UTF8.GetBytes(text), expected);
                if (text is null)
                {
                    await pair.Provider.Documents.DeleteAsync(name, expected);
                }

                if (expected == DocumentETag.None)
                {
                    Assert.That(possible, Does.Contain(null), $"{name} was created over a document.");
                }

                _possible[name] = [text];
                _versions.Remove(name);
                if (text is not null)
                {
                    _versions[name] = written;
                }
            }
            catch (StorageUnavailableException)
            {
                _steps.Add("unavailable");
                _possible[name] = [.. possible, text];
                _versions.Remove(name);
            }
            catch (ImageConflictException)
            {
                _steps.Add("conflict");
            }
        }

        private async Task ReadAsync(DocumentName name)
        {
            _steps.Add($"read {name}");
            var text = await pair.Provider.Documents.GetAsync(name) is { } document ? Encoding.UTF8.GetString(document.Content.Span) : null;
            Assert.That(_possible[name], Does.Contain(text), $"{name} is '{text}'.");
            _possible[name] = [text];
            var listed = await pair.Provider.Documents.ListAsync(name.Collection + "/");
            Assert.That(listed.Contains(name) || text is null, Is.True, $"{name} is not listed.");
        }

        private async Task TryAsync(Func<Task> operation)
        {
            try
            {
                await operation();
            }
            catch (StorageUnavailableException)
            {
                _steps.Add("unavailable");
            }
        }
    }
}
