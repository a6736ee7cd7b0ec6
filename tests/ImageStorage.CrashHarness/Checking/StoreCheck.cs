using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Checking;

/// <summary>
/// Opens a store as a new process would, and compares its content with the permitted states: each image complete, of
/// one version and exactly once in every order of listing; usage; verification; documents; and no left-overs of a
/// crash.
/// </summary>
/// <param name="uri">The URI of the store.</param>
/// <param name="expected">The permitted states.</param>
/// <param name="endsLeases">True to end the leases of dead processes at once instead of waiting, for campaigns with many states.</param>
internal sealed class StoreCheck(string uri, Expectations expected, bool endsLeases = false)
{
    private const string LeaseDocuments = "transaction-owners/";
    private readonly List<string> _violations = [.. expected.Violations];
    private readonly Dictionary<string, ItemState> _seen = new(StringComparer.Ordinal);

    /// <summary>
    /// Gets the states found in the store, by item. The caller adopts them if there are no violations.
    /// </summary>
    public IReadOnlyDictionary<string, ItemState> Seen => _seen;

    /// <summary>Checks the store. Returns all violations.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        try
        {
            using (var store = new OpenStore(uri))
            {
                await RecoverAsync(store);
                await LookAsync(store);
                CheckMoves();

                // Nothing was written so far. The next check opens the store for writing, which reclaims staged data.
                // A mirror checks its second replica only if the first does not answer.
                await store.Provider.CheckAsync();
                foreach (var part in store.Services.GetRequiredService<IStoreParts>().Parts)
                {
                    await part.Provider.CheckAsync();
                }

                await RemoveRacesAsync(store);
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

    /// <summary>Rolls back the moves of killed processes, as the next process of an application does.</summary>
    private async Task RecoverAsync(OpenStore store)
    {
        // Without a move in flight there is nothing to recover, and a check must not write first.
        if (expected.HasMovesToRecover)
        {
            if (endsLeases)
            {
                await EndLeasesAsync(store.Provider.Documents);
            }

            var result = await store.Services.GetRequiredService<IImageTransactions>().RecoverAsync(waitForLeases: true);
            if (result is not { InDoubt: 0, Active: 0, Unreadable: 0 })
            {
                _violations.Add($"the recovery of moves left {result}");
            }
        }
    }

    /// <summary>Removes the lease documents, as a recovery does when the leases have ended.</summary>
    private static async Task EndLeasesAsync(IDocumentStore documents)
    {
        foreach (var name in await documents.ListAsync(LeaseDocuments))
        {
            await documents.DeleteAsync(name);
        }
    }

    /// <summary>A move that was in flight has both effects or none.</summary>
    private void CheckMoves()
    {
        foreach (var inFlight in expected.Moves)
        {
            var target = _seen.GetValueOrDefault(inFlight.Move.Item, ItemState.Absent);
            var source = _seen.GetValueOrDefault(ItemNames.Image(inFlight.Move.Source!), ItemState.Absent);
            if (!inFlight.Admits(target, source))
            {
                _violations.Add($"{inFlight.Move} is done by half: the target is {target}, and the source is {source}");
            }
        }
    }

    private async Task LookAsync(OpenStore store)
    {
        var visible = await new ListingCheck(store, _violations).RunAsync();
        var unexpected = new HashSet<string>(visible.Keys, StringComparer.Ordinal);
        foreach (var item in expected.Items.Where(item => item.StartsWith(ItemNames.Images, StringComparison.Ordinal)))
        {
            var key = item[ItemNames.Images.Length..];
            unexpected.Remove(key);
            Compare(item, await LookAtImageAsync(store, key, visible.GetValueOrDefault(key)));
        }

        foreach (var (key, outcomes) in expected.Races)
        {
            unexpected.Remove(key);
            await JudgeRaceAsync(store, key, outcomes, visible.GetValueOrDefault(key));
        }

        unexpected.Remove(SharedNames.MarkedImage);
        CompareMarks(ItemNames.Marks, visible.TryGetValue(SharedNames.MarkedImage, out var marked) ? marked.Metadata : []);
        foreach (var key in unexpected)
        {
            _violations.Add($"image '{key}' exists, but no operation saved it");
        }

        await new DocumentCheck(store, _violations, Compare, CompareMarks).RunAsync(expected.Items);
    }

    private void Compare(string item, ItemState seen)
    {
        if (!expected.Of(item).Any(state => state.Admits(seen)))
        {
            _violations.Add($"{item} is {seen}, and should be {string.Join(" or ", expected.Of(item))}");
        }

        if (seen.IsThere)
        {
            _seen[item] = seen;
        }
    }

    private void CompareMarks(string prefix, IEnumerable<KeyValuePair<string, string>> marks)
    {
        var found = marks.ToDictionary(StringComparer.Ordinal);
        foreach (var writer in Enumerable.Range(0, 4))
        {
            var item = prefix + writer;
            Compare(item, found.TryGetValue(SharedNames.MarkOf(writer), out var operation) ? new ItemState(null, operation) : ItemState.Absent);
        }
    }

    private async Task<ItemState> LookAtImageAsync(OpenStore store, string key, ImageInfo? listed)
    {
        try
        {
            using var image = await store.Images.GetAsync(key);
            if ((image is null) != (listed is null))
            {
                _violations.Add($"image '{key}' is {(image is null ? "listed and cannot be read" : "there and not listed")}");
            }

            if (image is null)
            {
                return ItemState.Absent;
            }

            if (listed is not null && !listed.Equals(image.Info))
            {
                _violations.Add($"image '{key}' is listed with another record than it is read with");
            }

            using var bytes = new MemoryStream();
            await image.Content.CopyToAsync(bytes);
            var content = image.Info.Metadata.GetValueOrDefault(SelfDescribing.ContentName, "none");
            if (!bytes.GetBuffer().AsSpan(0, (int)bytes.Length).SequenceEqual(SelfDescribing.Image(content, image.Info.Metadata.GetValueOrDefault(SelfDescribing.KeyName, key))))
            {
                _violations.Add($"image '{key}' does not have the bytes of {content}, as its record says");
            }

            return new ItemState(content, image.Info.Metadata.GetValueOrDefault(SelfDescribing.OperationName, "none"), image.Info.ETag.Value, image.Info.CreatedAt.UtcTicks);
        }
        catch (ImageStorageException exception)
        {
            _violations.Add($"image '{key}' cannot be read: {exception.Message}");
            return ItemState.Absent;
        }
    }

    private async Task JudgeRaceAsync(OpenStore store, string key, List<Outcome> outcomes, ImageInfo? listed)
    {
        var seen = await LookAtImageAsync(store, key, listed);
        var winners = outcomes.Where(outcome => outcome.Kind is OutcomeKind.Acknowledged or OutcomeKind.FailedVisible).ToList();
        var candidates = winners.Count > 0 ? winners : [.. outcomes.Where(outcome => outcome.Kind == OutcomeKind.Unknown)];
        if (winners.Count > 1)
        {
            _violations.Add($"'{key}' was created twice: by {string.Join(" and by ", winners.Select(winner => winner.Operation.Id))}");
        }

        if (seen.IsThere ? candidates.All(candidate => candidate.Operation.Id != seen.Content) : winners.Count > 0)
        {
            _violations.Add($"'{key}', which was to be created once, is {seen} after {string.Join(", ", outcomes.Select(outcome => $"{outcome.Operation.Id} {outcome.Kind}"))}");
        }

        if (!seen.IsThere && outcomes.Any(outcome => outcome.Kind == OutcomeKind.Refused))
        {
            _violations.Add($"'{key}' was refused to a writer, but no writer has it");
        }
    }

    // Their names contain the round, so their number would otherwise grow without limit.
    private async Task RemoveRacesAsync(OpenStore store)
    {
        foreach (var key in expected.Races.Keys)
        {
            await store.Images.DeleteAsync(key);
        }
    }
}
