namespace Fairlead.Evaluation.Metrics;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): a stream of its own per (seed, number), the same on every machine.</summary>
internal struct ResampleRandom
{
    private ulong _state;

    public ResampleRandom(int seed, int number)
    {
        _state = ((ulong)(uint)seed << 32) | (uint)number;
        _state = Next() ^ 0x632BE59BD9B4E019;
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958).</summary>
    public double Normal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - Share()));
        return radius * Math.Cos(2 * Math.PI * Share());
    }

    /// <summary>0 to below <paramref name="count"/>.</summary>
    public int Below(int count) => (int)(((Next() >> 32) * (ulong)count) >> 32);

    /// <summary>Draws as many rows as there are, with replacement: how often each was drawn.</summary>
    public void Draw(Span<int> weights)
    {
        weights.Clear();
        var rows = (ulong)weights.Length;
        for (var i = 0; i < weights.Length - 1; i += 2)
        {
            var bits = Next();
            weights[(int)(((bits & 0xFFFFFFFF) * rows) >> 32)]++;
            weights[(int)(((bits >> 32) * rows) >> 32)]++;
        }

        if ((weights.Length & 1) == 1)
        {
            weights[Below(weights.Length)]++;
        }
    }

    /// <summary>Brings values into random order (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
