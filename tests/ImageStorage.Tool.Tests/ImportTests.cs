using System.Text;
using ImageStorage.FileSystem;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class ImportTests : ToolFixture
{
    private string Folder => PathOf("in");

    [Test]
    public async Task Import_stores_every_file_under_its_relative_path()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/deep/er/b.jpg", SampleImages.Jpeg());

        var result = (await ImportAsync()).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 2, unchanged 0, refused 0: "));
        var images = await ListAsync();
        Assert.That(images, Is.EqualTo(new[] { "a.png (a.png)", "deep/er/b.jpg (b.jpg)" }));
        Assert.That((await RunAsync("get", "--store", Store, "deep/er/b.jpg", "-")).OutBytes, Is.EqualTo(SampleImages.Jpeg()));
    }

    [Test]
    public async Task Import_again_counts_what_is_there_as_unchanged_and_writes_nothing()
    {
        Write("in/a.png", SampleImages.Png());
        await ImportAsync();
        var before = (await RunAsync("info", "--store", Store, "a.png")).Out;

        var result = (await ImportAsync()).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 0, unchanged 1, refused 0: "));
        Assert.That((await RunAsync("info", "--store", Store, "a.png")).Out, Is.EqualTo(before));
    }

    [TestCase("""{ "format": 1, "requirements": { "series.app": 3 } }""", "requires 'series.app' in version 3")]
    [TestCase("damaged", "cannot be read")]
    public async Task Import_ends_at_a_store_that_refuses_writes(string requirements, string message)
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/b.png", SampleImages.Png());
        using (var folder = new FileSystemImageProvider(new FileSystemStorageOptions { Path = StorePath }, TimeProvider.System))
        {
            await folder.Documents.PutAsync("store/requirements", Encoding.UTF8.GetBytes(requirements));
        }

        var result = await ImportAsync();

        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Error, Does.Contain(message));
        Assert.That(result.Out, Does.Not.Contain("not readable"));
    }

    [Test(Description = "P3: two cards with an IMG_0001.jpg each must not replace one another unasked.")]
    public async Task Import_of_another_image_under_a_key_is_refused_by_name_until_it_is_allowed()
    {
        var (first, second) = (SampleImages.OfLength(5000, seed: 1), SampleImages.OfLength(5000, seed: 2));
        Write("in/a.png", first);
        Write("in/b.png", first);
        await ImportAsync();
        Write("in/a.png", second);

        var refused = await ImportAsync();
        var kept = (await RunAsync("get", "--store", Store, "a.png", "-")).OutBytes;
        var replaced = (await ImportAsync("--overwrite")).Succeeded();

        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(refused.OutLines[0], Does.StartWith("refused  a.png: The store has another image"));
        Assert.That(refused.OutLines[1], Does.StartWith("Stored 0, unchanged 1, refused 1: "));
        Assert.That(refused.OutLines[2], Does.StartWith("1 file: another image under the key (--overwrite"));
        Assert.That(kept, Is.EqualTo(first));
        Assert.That(replaced.Out, Does.StartWith("Stored 1 (1 of them replaced), unchanged 1, refused 0: "));
        Assert.That((await RunAsync("get", "--store", Store, "a.png", "-")).OutBytes, Is.EqualTo(second));
    }

    [Test]
    public async Task Import_create_only_leaves_keys_alone_that_have_an_image()
    {
        Write("in/a.png", SampleImages.Png(seed: 1));
        await ImportAsync();
        Write("in/a.png", SampleImages.Png(seed: 2));
        Write("in/b.png", SampleImages.Png(seed: 3));

        var result = (await ImportAsync("--create-only")).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 1, unchanged 0, existing 1, refused 0: "));
        Assert.That((await RunAsync("get", "--store", Store, "a.png", "-")).OutBytes, Is.EqualTo(SampleImages.Png(seed: 1)));
    }

    [Test]
    public async Task Import_create_only_and_overwrite_together_are_wrong_usage() =>
        (await ImportAsync("--create-only", "--overwrite")).Failed(ExitCode.Usage, "exclude each other");

    [Test]
    public async Task Import_prefix_is_put_in_front_of_every_key()
    {
        Write("in/IMG_1.png", SampleImages.Png(seed: 1));
        (await ImportAsync("--prefix", "card a/")).Succeeded();
        Write("in/IMG_1.png", SampleImages.Png(seed: 2));
        (await ImportAsync("--prefix", "card b/")).Succeeded();

        Assert.That(await ListAsync(), Is.EqualTo(new[] { "card a/IMG_1.png (IMG_1.png)", "card b/IMG_1.png (IMG_1.png)" }));
    }

    [TestCase("/a")]
    [TestCase("a//")]
    [TestCase("../")]
    [TestCase(".imagestorage/")]
    public async Task Import_prefix_that_no_key_can_begin_with_is_wrong_usage(string prefix)
    {
        Write("in/a.png", SampleImages.Png());

        (await ImportAsync("--prefix", prefix)).Failed(ExitCode.Usage, "is not valid");

        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [Test]
    public async Task Import_dry_run_says_what_an_import_would_do_and_writes_nothing()
    {
        Write("in/a.png", SampleImages.OfLength(1000));
        Write("in/text.jpg", "only named like an image"u8.ToArray());

        var first = await ImportAsync("--dry-run");
        var exists = Directory.Exists(StorePath);
        await ImportAsync();
        Write("in/a.png", SampleImages.OfLength(1000, seed: 2));
        Write("in/b.png", SampleImages.OfLength(500));
        var again = await ImportAsync("--dry-run", "--json", "--overwrite");

        Assert.That(exists, Is.False);
        Assert.That((first.ExitCode, first.OutLines[^2]), Is.EqualTo((ExitCode.Failure, first.OutLines[^2])));
        Assert.That(first.OutLines[^2], Does.StartWith("Would store 1, unchanged 0, refused 1: 1.00 kB in "));
        var json = again.Json;
        Assert.That((json.GetProperty("dryRun").GetBoolean(), json.GetProperty("stored").GetInt64(), json.GetProperty("replaced").GetInt64(), json.GetProperty("refused").GetInt64()), Is.EqualTo((true, 2L, 1L, 1L)));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a.png (a.png)" }));
        Assert.That((await RunAsync("get", "--store", Store, "a.png", "-")).OutBytes, Is.EqualTo(SampleImages.OfLength(1000)));
    }

    [Test]
    public async Task Import_only_images_leaves_out_what_is_no_image_and_still_refuses_images_that_are_not_accepted()
    {
        Write("in/good.png", SampleImages.Png(seed: 1));
        Write("in/no extension", SampleImages.Jpeg());
        Write("in/notes.txt", "a note"u8.ToArray());
        Write("in/empty", []);
        Write("in/.DS_Store", [0, 0, 0, 1]);

        var clean = (await ImportAsync("--only-images")).Succeeded();
        Write("in/phone.heic", "....ftypheic"u8.ToArray());
        Write("in/empty.png", []);
        var broken = await ImportAsync("--only-images");

        Assert.That(clean.Out, Does.StartWith("Stored 2, unchanged 0, left out 3, refused 0: "));
        Assert.That(broken.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(broken.Out, Does.Contain("refused  phone.heic").And.Contain("refused  empty.png").And.Contain("left out 3, refused 2: "));
    }

    [Test]
    public async Task Import_limits_are_options()
    {
        Write("in/wide.png", SampleImages.PngClaiming(20_000, 20_000));
        Write("in/large.png", SampleImages.OfLength(2_000_000));

        var refused = await ImportAsync("--max-length", "1MB");

        Assert.That(refused.Out, Does.Contain("1 file: too many pixels (--max-pixels raises the limit).").And.Contain("1 file: too large (--max-length and --max-header-length raise the limits)."));
        (await ImportAsync("--max-length", "2MB", "--max-pixels", "400000000")).Succeeded();
    }

    [TestCase("x\\351.png", "x\\350.png")]
    [TestCase("x\\351", "x\\350")]
    [Platform(Include = "Linux", Reason = "Only there a name can be any bytes.")]
    public async Task Import_names_that_are_not_utf_8_are_refused_by_name_and_never_another_file(string first, string second)
    {
        // The one name is that of a file, or of a folder, which .NET opens for the two others as well.
        var isFolder = !first.EndsWith(".png", StringComparison.Ordinal);
        var (inner, twin) = isFolder ? ("/a.png", "x\uFFFD/a.png") : (string.Empty, "x\uFFFD.png");
        Write("in/" + twin, SampleImages.Png(seed: 1));
        Write("other.png", SampleImages.Png(seed: 2));
        var script = isFolder ? "mkdir \"$(printf \"$2\")\" && cp \"$3\" \"$(printf \"$2\")/a.png\"" : "cp \"$3\" \"$(printf \"$2\")\"";
        Assert.That((await ShellAsync($"cd \"$1\" && {script}", Folder, first, PathOf("other.png"))).ExitCode, Is.Zero);
        Assert.That((await ShellAsync($"cd \"$1\" && {script}", Folder, second, PathOf("other.png"))).ExitCode, Is.Zero);
        try
        {
            var beside = await ImportAsync();
            var stored = (await RunAsync("get", "--store", Store, twin, "-")).OutBytes;
            if (isFolder)
            {
                Directory.Delete(Path.Join(Folder, "x\uFFFD"), recursive: true);
            }
            else
            {
                File.Delete(Path.Join(Folder, twin));
            }

            var alone = await ImportAsync();

            Assert.That(beside.OutLines.Count(line => line.StartsWith("refused  x\uFFFD" + (isFolder ? ":" : ".png:"), StringComparison.Ordinal)), Is.EqualTo(2), beside.Out + inner);
            Assert.That(beside.Out, Does.Contain("Stored 1, unchanged 0, refused 2: ").And.Contain("2 files: a name that is not valid UTF-8"));
            Assert.That(stored, Is.EqualTo(SampleImages.Png(seed: 1)));
            Assert.That((alone.ExitCode, alone.OutLines[^2]), Is.EqualTo((ExitCode.Failure, alone.OutLines[^2])));
            Assert.That(alone.OutLines[^2], Does.StartWith("Stored 0, unchanged 0, refused 2: "));
        }
        finally
        {
            await ShellAsync("rm -rf \"$1\"", Folder);
        }
    }

    [Test]
    public async Task Import_on_a_terminal_shows_how_many_files_there_are_in_all()
    {
        for (var i = 0; i < 200; i++)
        {
            Write($"in/{i}.png", SampleImages.OfLength(200_000, i));
        }

        var result = await RunAsync(["import", "--store", Store, Folder], [], terminalWidth: 200);

        Assert.That(result.Out, Does.Match("Importing [0-9]+ of 200 \\(").And.Contain("Stored 200, "));
    }

    [Test]
    public async Task Import_lists_refused_files_by_name_and_reason_and_stores_the_others()
    {
        Write("in/good.png", SampleImages.Png());
        Write("in/text.jpg", "only named like an image"u8.ToArray());
        Write("in/empty.png", []);
        Write("in/cut.png", SampleImages.Png()[..20]);
        Write("in/huge.png", SampleImages.PngClaiming(100_000, 100_000));

        var result = await ImportAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Error, Is.Empty);
        Assert.That(result.OutLines.Take(4), Has.All.StartsWith("refused  ").And.None.Contains("accepted"));
        Assert.That(result.Out, Does.Contain("refused  text.jpg: ").And.Contain("refused  empty.png: It is empty").And.Contain("refused  cut.png: ").And.Contain("refused  huge.png: ").And.Contain("pixels"));
        Assert.That(result.OutLines[4], Does.StartWith("Stored 1, unchanged 0, refused 4: "));
        Assert.That(result.OutLines[5..], Is.EqualTo(new[]
        {
            "1 file: empty.",
            "1 file: not a sound image (--only-images leaves out files that are not images).",
            "1 file: not an image of an accepted type (accepted: image/jpeg, image/png, image/webp, image/gif, image/avif; --only-images leaves out files that are not images).",
            "1 file: too many pixels (--max-pixels raises the limit).",
        }));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "good.png (good.png)" }));
    }

    [Test]
    public async Task Import_json_has_problems_and_counts()
    {
        Write("in/good.png", SampleImages.OfLength(1000));
        Write("in/text.jpg", "only named like an image"u8.ToArray());

        var result = await ImportAsync("--json");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        var json = result.Json;
        Assert.That(json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "problems", "completed", "dryRun", "stored", "replaced", "unchanged", "existing", "ignored", "refused", "failed", "reasons", "bytesStored", "linkedFolders", "stores", "seconds" }));
        var problem = json.GetProperty("problems").EnumerateArray().Single();
        Assert.That(problem.GetProperty("file").GetString(), Is.EqualTo("text.jpg"));
        Assert.That(problem.GetProperty("outcome").GetString(), Is.EqualTo("refused"));
        Assert.That(problem.GetProperty("problem").GetString(), Is.EqualTo("unsupported-type"));
        Assert.That(problem.GetProperty("reason").GetString(), Is.Not.Empty);
        Assert.That(json.GetProperty("reasons").GetProperty("unsupported-type").GetInt64(), Is.EqualTo(1));
        Assert.That(json.GetProperty("stored").GetInt64(), Is.EqualTo(1));
        Assert.That(json.GetProperty("bytesStored").GetInt64(), Is.EqualTo(1000));
        Assert.That(json.GetProperty("completed").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Import_names_of_other_scripts_and_decomposed_ones()
    {
        Write("in/日本/猫🐈.png", SampleImages.Png());
        Write("in/" + "café.png".Normalize(NormalizationForm.FormD), SampleImages.Png());

        (await ImportAsync()).Succeeded();

        Assert.That(await ListAsync(), Does.Contain("日本/猫🐈.png (猫🐈.png)"));
        Assert.That((await RunAsync("info", "--store", Store, "café.png".Normalize(NormalizationForm.FormC))).ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That((await RunAsync("info", "--store", Store, "café.png".Normalize(NormalizationForm.FormD))).ExitCode, Is.EqualTo(ExitCode.Success), "a key is normalized as it is typed");
    }

    [Test(Description = "Two files must not end as one image.")]
    [Platform(Exclude = "MacOSX", Reason = "Its file systems hold both names for the same.")]
    public async Task Import_two_files_of_one_normalized_name_refuses_one()
    {
        Write("in/" + "é.png".Normalize(NormalizationForm.FormC), SampleImages.Png(seed: 1));
        Write("in/" + "é.png".Normalize(NormalizationForm.FormD), SampleImages.Png(seed: 2));

        var result = await ImportAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Out, Does.Contain("normalization").And.Contain("Stored 1, unchanged 0, refused 1"));
        Assert.That((await RunAsync("get", "--store", Store, "é.png", "-")).OutBytes, Is.EqualTo(SampleImages.Png(seed: 1)));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
    public async Task Import_follows_links_to_files_but_not_to_folders()
    {
        Write("in/a.png", SampleImages.Png());
        Write("elsewhere/b.png", SampleImages.Jpeg());
        File.CreateSymbolicLink(PathOf("in/file.jpg"), PathOf("elsewhere/b.png"));
        Directory.CreateSymbolicLink(PathOf("in/circle"), Folder);
        File.CreateSymbolicLink(PathOf("in/nowhere.png"), PathOf("gone.png"));

        var result = await ImportAsync();

        Assert.That(result.Out, Does.Contain("failed   nowhere.png: It is a link that leads nowhere.").And.Contain("Stored 2, unchanged 0, refused 0, failed 1").And.Contain("1 link to folders not followed."));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a.png (a.png)", "file.jpg (file.jpg)" }));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such names.")]
    public async Task Import_name_that_a_terminal_would_obey_is_printed_harmlessly()
    {
        Write("in/evil\u001b[31m\n.png", SampleImages.Png());

        var result = await ImportAsync();

        Assert.That(result.Out, Does.Contain("""evil\u001b[31m\u000a.png""").And.None.EqualTo('\u001b'));
    }

    [Test]
    public async Task Import_leaves_out_what_a_store_keeps_for_itself()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/.imagestorage-b/b.jpg", SampleImages.Jpeg());
        Write("in/deep/store/images/b.png", SampleImages.Png());
        Directory.CreateDirectory(PathOf("in/deep/store/.imagestorage"));

        var result = (await ImportAsync()).SucceededWithNote($"warning: The folder '{Path.Join("deep", "store")}' is a store, whose files hold more than the images, and was not imported.");

        Assert.That(result.OutLines[^1], Is.EqualTo("1 store not imported."));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { ".imagestorage-b/b.jpg (b.jpg)", "a.png (a.png)" }));
    }

    [Test]
    public async Task Import_store_inside_of_the_folder_is_not_imported_into_itself()
    {
        Write("in/a.png", SampleImages.Png());

        (await RunAsync("import", "--store", $"file:{PathOf("in/keep")}", Folder)).Succeeded();
        var again = (await RunAsync("import", "--store", $"file:{PathOf("in/keep")}", Folder)).Succeeded();

        Assert.That(again.Out, Does.StartWith("Stored 0, unchanged 1, refused 0"));
    }

    [Test]
    public async Task Import_of_a_store_is_refused()
    {
        Write("in/a.png", SampleImages.Png());
        await ImportAsync();

        (await RunAsync("import", "--store", $"file:{PathOf("other")}", StorePath)).Failed(ExitCode.Failure, "is a store");
        (await RunAsync("import", "--store", Store, Path.Join(StorePath, "images"))).Failed(ExitCode.Failure, "inside the store");

        Assert.That(Directory.Exists(PathOf("other")), Is.False);
    }

    [Test]
    public async Task Import_missing_folder_or_file_fails_and_makes_no_store()
    {
        Write("file.png", SampleImages.Png());

        (await RunAsync("import", "--store", Store, PathOf("nothing"))).Failed(ExitCode.Failure, "There is no folder");
        (await RunAsync("import", "--store", Store, PathOf("file.png"))).Failed(ExitCode.Failure, "is a file");

        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [Test]
    public async Task Import_into_a_store_that_is_a_file_ends_with_one_error_before_any_file_is_read()
    {
        Write("in/a.png", SampleImages.Png());
        File.WriteAllText(StorePath, "a file");

        var result = (await ImportAsync()).Failed(ExitCode.Failure, "that is a file, not a folder");

        Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(result.Out, Is.Empty);
    }

    [Test]
    public async Task Import_into_a_store_that_cannot_be_used_ends_with_one_error_not_one_for_each_file()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/b.png", SampleImages.Png());
        await ImportAsync();
        Directory.Delete(Path.Join(StorePath, "images"), recursive: true);
        File.WriteAllText(Path.Join(StorePath, "images"), "a file");

        var result = (await ImportAsync("--overwrite")).Failed(ExitCode.Failure, string.Empty);

        Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(result.Out, Does.StartWith("Stopped early. Stored 0, "));
    }

    [Test]
    public async Task Import_keep_times_records_when_the_file_was_modified()
    {
        var file = Write("in/a.png", SampleImages.Png());
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        (await ImportAsync("--keep-times")).Succeeded();

        Assert.That((await RunAsync("info", "--store", Store, "a.png")).Out, Does.Contain("Created:      2020-02-03T04:05:06Z"));
    }

    [Test]
    public async Task Import_cancelled_says_what_was_done_and_exits_130()
    {
        Write("in/a.png", SampleImages.Png());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var result = await RunAsync(["import", "--store", Store, Folder], [], cancellationToken: cancelled.Token);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Out, Does.StartWith("Stopped early. "));
        Assert.That(result.Error.Trim(), Is.EqualTo("error: Cancelled."));
    }

    [Test(Description = "Eight saves at once make the same new folders of a new store.")]
    [Repeat(5)]
    public async Task Import_into_a_new_store_concurrently_stores_all()
    {
        for (var i = 0; i < 32; i++)
        {
            Write($"in/new/{i / 8}/{i}.png", SampleImages.Png(seed: i));
        }

        var result = await RunAsync("import", "--store", $"file:{PathOf(Guid.NewGuid().ToString("n"))}", Folder);

        Assert.That(result.Out, Does.StartWith("Stored 32, unchanged 0, refused 0: "));
    }

    [Test]
    public async Task Import_on_a_terminal_prints_refused_and_summary_as_well()
    {
        Write("in/good.png", SampleImages.Png());
        Write("in/[bad].jpg", "only named like an image"u8.ToArray());

        var result = await RunAsync(["import", "--store", Store, Folder], [], terminalWidth: 200);

        Assert.That(result.Out, Does.Contain("refused  [bad].jpg: ").And.Contain("Stored 1, unchanged 0, refused 1: "));
    }

    private Task<ToolResult> ImportAsync(params string[] options) => RunAsync(["import", "--store", Store, Folder, .. options]);

    /// <summary>Keys and file names, in the order of the keys.</summary>
    private async Task<string[]> ListAsync()
    {
        var json = (await RunAsync("ls", "--store", Store, "--json", "--order", "key")).Succeeded().Json;
        return [.. json.EnumerateArray().Select(image => $"{image.GetProperty("key").GetString()} ({image.GetProperty("fileName").GetString()})")];
    }
}
