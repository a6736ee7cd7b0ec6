using System.Globalization;

namespace ImageStorage.Benchmarks;

/// <summary>What the command line asks for; what it does not know is BenchmarkDotNet's.</summary>
internal sealed class Arguments
{
    /// <summary>How many images there are, unless <c>--images</c> says otherwise.</summary>
    public const int UsualImages = 100_000;

    private const int LeastImages = 1000;
    private readonly List<string> _rest = [];
    private readonly HashSet<string> _only = new(StringComparer.Ordinal);

    /// <param name="args">What the user wrote.</param>
    /// <param name="groups">What <c>--only</c> may name.</param>
    /// <exception cref="ArgumentException">It makes no sense; the message says why.</exception>
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

    /// <summary>Measure the goals, not the suites.</summary>
    public bool Goals { get; }

    /// <summary>Measure the hit rates of all caches.</summary>
    public bool HitRates { get; }

    /// <summary>Measure a store of 1,000,000 images too.</summary>
    public bool Million { get; }

    /// <summary>How many images the stores of the group <c>newest</c> have, and the traces of the hit rates.</summary>
    public int Images { get; } = UsualImages;

    /// <summary>Of the random numbers of the hit rates.</summary>
    public int Seed { get; } = 20261125;

    /// <summary>Leave the work folder.</summary>
    public bool Keep { get; }

    /// <summary>Where to make the work folder.</summary>
    public string? Folder { get; }

    /// <summary>Where to keep the table.</summary>
    public string? Results { get; }

    /// <summary>The groups of rows to measure; all when empty.</summary>
    public IReadOnlySet<string> Only => _only;

    /// <summary>The arguments for BenchmarkDotNet.</summary>
    public string[] Rest => [.. _rest];
}
