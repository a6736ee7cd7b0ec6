using System.Globalization;

namespace ImageStorage.Benchmarks;

/// <summary>The arguments of the command line. Unknown arguments are passed to BenchmarkDotNet.</summary>
internal sealed class Arguments
{
    /// <summary>The default of <c>--images</c>.</summary>
    public const int UsualImages = 100_000;

    private const int LeastImages = 1000;
    private readonly List<string> _rest = [];
    private readonly HashSet<string> _only = new(StringComparer.Ordinal);

    /// <param name="args">The arguments of the user.</param>
    /// <param name="groups">The groups that <c>--only</c> may name.</param>
    /// <exception cref="ArgumentException">An argument is invalid; the message says why.</exception>
    public Arguments(string[] args, IReadOnlyCollection<string> groups)
    {
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");
            switch (args[i])
            {
                case "goals":
                    Goals = true;
                    break;
                case "hitrates":
                    HitRates = true;
                    break;
                case "--million":
                    Million = true;
                    break;
                case "--keep":
                    Keep = true;
                    break;
                case "--images":
                    Images = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var images) && images >= LeastImages
                        ? images
                        : throw new ArgumentException($"--images takes a number from {LeastImages} on.");
                    break;
                case "--seed":
                    Seed = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw new ArgumentException("--seed takes a number.");
                    break;
                case "--folder":
                    Folder = Value();
                    break;
                case "--results":
                    Results = Value();
                    break;
                case "--only":
                    _only.UnionWith(Value().Split(','));
                    break;
                default:
                    _rest.Add(args[i]);
                    break;
            }
        }

        if (Goals && HitRates)
        {
            throw new ArgumentException("goals and hitrates are two commands.");
        }

        if ((Goals || HitRates) && _rest.Count > 0)
        {
            throw new ArgumentException($"{(Goals ? "goals" : "hitrates")} does not know {_rest[0]}.");
        }

        if (!_only.IsSubsetOf(groups))
        {
            throw new ArgumentException($"--only takes {string.Join(", ", groups)}.");
        }
    }

    /// <summary>Gets a value that indicates whether to measure the goals instead of the suites.</summary>
    public bool Goals { get; }

    /// <summary>Gets a value that indicates whether to measure the hit rates of all caches.</summary>
    public bool HitRates { get; }

    /// <summary>Gets a value that indicates whether to measure a store of 1,000,000 images, too.</summary>
    public bool Million { get; }

    /// <summary>
    /// Gets the number of images in the stores of the group <c>newest</c> and in the traces of the hit rates.
    /// </summary>
    public int Images { get; } = UsualImages;

    /// <summary>Gets the seed of the random numbers of the hit rates.</summary>
    public int Seed { get; } = 20261125;

    /// <summary>Gets a value that indicates whether to keep the work folder.</summary>
    public bool Keep { get; }

    /// <summary>Gets the parent of the work folder.</summary>
    public string? Folder { get; }

    /// <summary>Gets the folder for the table.</summary>
    public string? Results { get; }

    /// <summary>Gets the groups of rows to measure; empty for all.</summary>
    public IReadOnlySet<string> Only => _only;

    /// <summary>Gets the arguments for BenchmarkDotNet.</summary>
    public string[] Rest => [.. _rest];
}
